"""What every journal ever sent, in order: what stands in the database, and where the archive holds the rest."""
