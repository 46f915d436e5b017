"""The field types of the contract, one file each; `fields.registry` lists them."""
