"""The label: scan it to close the parcel, or say what is wrong with it."""
