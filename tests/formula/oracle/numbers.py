"""Numbers: exact Decimals, `/` to 20 places, powers and roots to 15 digits."""

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_UP, Context, Decimal

DIGITS = Context(prec=15, rounding=ROUND_HALF_UP, Emax=99999, Emin=-99999)
WIDE = Context(prec=250, rounding=ROUND_HALF_UP, Emax=99999, Emin=-99999)
ZERO, ONE = Decimal(0), Decimal(1)


def number_text(x: Decimal) -> str:
    text = f"{x:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def divide(a: Decimal, b: Decimal) -> Decimal | None:
    return None if b == 0 else rounded(Context(prec=6000).divide(a, b), 20)


def rounded(x: Decimal, places: int, how: str = ROUND_HALF_UP) -> Decimal:
    context = Context(prec=9000, Emax=99999, Emin=-99999)
    if places >= -int(x.as_tuple().exponent):
        return x
    return x.quantize(ONE.scaleb(-places), rounding=how, context=context)


def places_of(n: Decimal) -> int:
    return max(-1000, min(1000, int(n)))


def count_of(n: Decimal) -> int:
    return max(0, min(1_000_000, int(n)))


def significant(x: Decimal) -> Decimal | None:
    if abs(x) >= Decimal("1e100"):
        return None
    return ZERO if abs(x) < Decimal("1e-100") else DIGITS.plus(x)


def power(x: Decimal, y: Decimal) -> Decimal | None:
    if x == 0:
        return ZERO if y > 0 else None
    whole = y == y.to_integral_value()
    if x < 0 and not whole:
        return None
    odd = whole and y % 2 != 0
    if abs(x) == 1:
        return -ONE if x < 0 and odd else ONE
    size = WIDE.multiply(y, WIDE.log10(abs(x)))
    if size > 110:
        return None
    if size < -110:
        return ZERO
    result = WIDE.exp(WIDE.multiply(y, WIDE.ln(abs(x))))
    if whole and abs(y) < 1000:  # exactly, where the digits allow
        exact = Context(prec=4000, Emax=99999, Emin=-99999)
        result = exact.power(abs(x), int(y))
    return significant(-result if x < 0 and odd else result)


def log(x: Decimal, base: Decimal = Decimal(10)) -> Decimal | None:
    if x <= 0 or base <= 0 or base == 1:
        return None
    quotient = WIDE.divide(WIDE.ln(x), WIDE.ln(base))
    return significant(Context(prec=120, rounding=ROUND_HALF_UP).plus(quotient))


def exp(x: Decimal) -> Decimal | None:
    if x > 235:
        return None
    return ZERO if x < -235 else significant(WIDE.exp(x))


def multiple(x: Decimal, step: Decimal, how: str) -> Decimal | None:
    s = abs(step)
    if s == 0:
        return None
    quotient, rest = divmod(x, s)  # truncated
    if how == "ceiling":
        quotient += 1 if rest > 0 else 0
    elif how == "floor":
        quotient -= 1 if rest < 0 else 0
    else:
        half = (2 * abs(x) + s) // (2 * s)
        quotient = half if x >= 0 else -half
    return quotient * s


def modulo(x: Decimal, y: Decimal) -> Decimal | None:
    if y == 0:
        return None
    rest = x % y
    return rest + y if rest != 0 and (rest < 0) is not (y < 0) else rest


def even(x: Decimal) -> Decimal:
    size = abs(x).to_integral_value(ROUND_CEILING)
    size += size % 2
    return -size if x < 0 else size


def odd(x: Decimal) -> Decimal:
    size = abs(x).to_integral_value(ROUND_CEILING)
    size += 1 - size % 2
    return -size if x < 0 else size


def round_up(x: Decimal, n: Decimal = ZERO) -> Decimal:
    places = places_of(n)
    cut = rounded(x, places, ROUND_DOWN)
    if cut == x:
        return cut
    return cut + (ONE.scaleb(-places) if x > 0 else -ONE.scaleb(-places))
