"""What people do with their hands, and how an accepted fact takes effect."""
