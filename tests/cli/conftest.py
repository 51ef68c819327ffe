"""The demo shop for the tests of this folder."""

from tests.demo_shop import demo, demo_template, shared_demo, shared_demo_template

__all__ = ["demo", "demo_template", "shared_demo", "shared_demo_template"]
