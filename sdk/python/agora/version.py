"""The version of this package: the project's own, written here when the wheel is made."""

VERSION = "0+source"
