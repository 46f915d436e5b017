"""The tables of imports: their progress and refused rows, what came over HTTP."""
