"""The fault harness: a site of real processes, faults drawn from a seed, and verdicts on what is left afterwards.

`site` holds the backing services, `fleet` the processes under test, `proxy` stands before the object store, `load` are
the clients with a ledger of what was promised to them, `plan` draws the faults, `snapshot` reads what is there in the
end and `verdicts` judges it. Nothing here imports the product's models: it looks at the service from outside.
"""
