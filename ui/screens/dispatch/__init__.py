"""The dock: parcels onto a carrier's truck, counted when the shared database has answered."""
