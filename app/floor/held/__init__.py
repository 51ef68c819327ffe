"""What benches hold: how long for, where their carts are going, and what became of facts that came too late."""
