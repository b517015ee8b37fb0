"""People played by the tests: newcomers who press and type, and the house they talk to."""
