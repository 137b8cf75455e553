"""Random faults against the whole product on a real Asterisk, and a checker that counts what became of every call.

script/chaos --minutes 60 --seed 7 --out table.md          # hours by one command
pytest tests/chaos                                          # the short form, in script/test
"""
