"""The tariff book, declarations and papers."""
