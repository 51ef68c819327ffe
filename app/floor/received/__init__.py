"""What benches sent: every fact ever accepted, and in which order."""
