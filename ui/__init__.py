"""The desktop program: screens and widgets on top of `app`, and the `packbench` command."""
