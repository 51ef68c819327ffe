"""What bench screens draw: pure functions from where a job stands to frozen values, no words but message ids."""
