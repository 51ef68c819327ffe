"""Labels that several tests print. Latin only, so that their bytes don't depend on this computer's fonts."""

from printers import Barcode, Box, Image, Label, Line, Text

SSCC = (("00", "342607128000010428"),)
LOT = (("01", "04006381333931"), ("10", "A1(b)~^_x"[:5]), ("21", "X9"))

TEXTS = Label(
    60,
    40,
    [
        Text("Jürgen Weißmüller\nŻaneta Brzęczyszczykiewicz\nBäckerstraße 12", 2, 2, 40, 4, height=16, max_lines=4),
        Text("right", 2, 20, 56, 4, align="right"),
        Text("centre ^XA~JA_1", 2, 25, 56, 4, align="center"),
        Box(2, 31, 56, 7, filled=True),
        Text("INVERSE", 2, 31.5, 56, 6, align="center", inverse=True),
        Box(44, 2, 14, 16, thickness=0.5),
        Line(45, 10, 12, 0.25),
        Image(46, 11, 4, 4, columns=8, rows=tuple(bytes([1 << n]) for n in range(8))),
    ],
    copies=2,
)

SYMBOLS = Label(
    100,
    150,
    [
        Barcode("gs1_128", SSCC, 2, 2, 96, 25, module=0.5),
        Barcode("code128", "CE482071355DE", 2, 30, 96, 20, readable_text="CE 482 071 355 DE"),
        Barcode("code128", "0034043416109404255", 2, 52, 96, 16),
        Barcode("code128", "a>b^c~d_e\\f", 2, 70, 96, 16),
        Barcode("gs1_128", LOT, 2, 88, 96, 16, module=0.25),
        Barcode("ean13", "400638133393", 2, 106, 50, 20, min_module=0.25),
        Barcode("datamatrix", "DE_1042_1^~\\", 54, 106, 20, 20, readable=False, module=0.5),
        Barcode("qr", "https://packbench.test/DE-1042_1?ü=^~\\", 76, 106, 22, 22, readable=False, module=0.5),
        Barcode("datamatrix", "PBOK", 2, 130, 20, 18, module=0.5),
    ],
)
