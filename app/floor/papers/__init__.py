"""The papers of a shift: parcel label, pick list, packing slip, handover list. Pure: values in, a label or a PDF out.

Words come from outside, as a function from a key (and its values) to the text in the reader's language: `Words`.
"""
