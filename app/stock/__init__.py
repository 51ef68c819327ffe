"""The one stock truth: ledger, balances, reservations."""
