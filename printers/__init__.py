"""Labels onto paper: a `Label` in millimetres, a language that makes bytes of it, a transport that carries them.

    data = render(label, ZPL_203)
    open_transport("tcp://printer:9100").send(PrintJob("job-1", data))

Knows nothing of orders or screens. Errors: `printers.errors`.
"""

from printers.errors import BadSymbol as BadSymbol
from printers.errors import LabelError as LabelError
from printers.errors import NoFont as NoFont
from printers.errors import OutsideLabel as OutsideLabel
from printers.errors import PrinterError as PrinterError
from printers.errors import PrinterFault as PrinterFault
from printers.errors import TextTooLong as TextTooLong
from printers.errors import UnknownPrinter as UnknownPrinter
from printers.fonts import missing_scripts as missing_scripts
from printers.label import Barcode as Barcode
from printers.label import Box as Box
from printers.label import Image as Image
from printers.label import Label as Label
from printers.label import Line as Line
from printers.label import Text as Text
from printers.model import MODELS as MODELS
from printers.model import ZPL_203 as ZPL_203
from printers.model import ZPL_300 as ZPL_300
from printers.model import PrinterModel as PrinterModel
from printers.model import model_named as model_named
from printers.registry import ask_status as ask_status
from printers.registry import model_of as model_of
from printers.registry import open_transport as open_transport
from printers.registry import render as render
from printers.status import PrinterStatus as PrinterStatus
from printers.transport import PrintJob as PrintJob
from printers.transport import Transport as Transport
from printers.transports.memory import memory_printer as memory_printer
