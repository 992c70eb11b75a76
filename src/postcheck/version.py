"""Version: the one place that says which postcheck this is."""

VERSION = "0.1.0"
