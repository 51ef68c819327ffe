"""SKUs, barcodes, bundles, bins, cartons."""
