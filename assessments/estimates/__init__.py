"""How sure: two estimators beside the method, calibrated, without any term for a student as a whole. Pure.

`bkt` for levels and competency-level evidence, `elo` for streams of items, `calibration` for what they are worth,
`words` for what people read, `responses` and `simulation` for logs to try them on. docs/methods.md describes them.
Import the modules: `from assessments.estimates import bkt`.
"""
