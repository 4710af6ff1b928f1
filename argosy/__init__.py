"""The program: settings, wiring, HTTP shell and command line."""
