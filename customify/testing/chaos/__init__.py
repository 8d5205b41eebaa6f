"""The fault harness: a site of real processes, faults drawn from a seed, and a check of the state they leave behind.

`site` runs the backing services, `fleet` the processes under test, and `proxy` stands before the object store. `load`
holds the clients; their ledger lists what the API accepted. `plan` draws the faults, `run` carries them out,
`end_state` reads the rows and files that are left, and `invariants` checks them. Nothing here imports the product's
models: the harness looks at the service from outside.
"""
