"""Payment gateways: a contract in plain Python, an adapter each. Adding one is a module and a line in `registry`."""
