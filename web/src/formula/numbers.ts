/** Numbers: sums and products exact, `/` to 20 places, powers and roots to 15 digits. */
import { Decimal } from "decimal.js";

/** Exact: no sum or product of the language comes near this many digits. */
export const Exact = Decimal.clone({
  precision: 250_000,
  rounding: Decimal.ROUND_HALF_UP,
  toExpPos: 1e9,
  toExpNeg: -1e9,
});
/** Wide enough that rounding to 15 digits is right. */
const Wide = Decimal.clone({ precision: 120, rounding: Decimal.ROUND_HALF_UP });
const Rough = Decimal.clone({ precision: 30 });

export type Num = Decimal;

export const ZERO: Num = new Exact(0);
export const ONE: Num = new Exact(1);
const HUNDREDTH = new Exact("0.01");
const MOST_DIGITS = 100_000;
const PLACES = new Exact("1e20");
const BACK = new Exact("1e-20");
const HIGH = new Exact("1e100");
const LOW = new Exact("1e-100");

export function num(value: string | number | bigint): Num {
  return new Exact(String(value));
}

/** As it travels: no exponent, no zeros behind, no minus before zero. */
export function numberText(x: Num): string {
  return x.isZero() ? "0" : x.toFixed();
}

export function percent(x: Num): Num {
  return x.times(HUNDREDTH);
}

/** A quotient rounded to 20 places; blank for divisor 0. */
export function divide(a: Num, b: Num): Num | null {
  if (b.isZero()) return null;
  const size = b.abs();
  const whole = a.abs().times(PLACES).times(2).plus(size).divToInt(size.times(2)).times(BACK);
  return a.isNegative() === b.isNegative() ? whole : whole.negated();
}

/** A product; blank beyond 100,000 digits before the point. */
export function multiply(a: Num, b: Num): Num | null {
  return before(a) + before(b) > MOST_DIGITS ? null : a.times(b);
}

function before(x: Num): number {
  return Math.max(1, x.e + 1);
}

/** To places after (or, negative, before) the point. */
export function rounded(x: Num, places = 0, how: Decimal.Rounding = Decimal.ROUND_HALF_UP): Num {
  if (places >= x.decimalPlaces()) return x;
  if (places >= 0) return x.toDecimalPlaces(places, how);
  const unit = new Exact(`1e${-places}`);
  const shifted = x.times(new Exact(`1e${places}`));
  return shifted.toDecimalPlaces(0, how).times(unit);
}

export function cut(x: Num, places = 0): Num {
  return rounded(x, places, Decimal.ROUND_DOWN);
}

export function roundUp(x: Num, places = 0): Num {
  return rounded(x, places, Decimal.ROUND_UP);
}

/** A whole number between two limits. */
function whole(n: Num, low: number, high: number): number {
  if (n.lte(low)) return low;
  return n.gte(high) ? high : n.trunc().toNumber();
}

export function placesOf(n: Num): number {
  return whole(n, -1_000, 1_000);
}

export function countOf(n: Num): number {
  return whole(n, 0, 1_000_000);
}

/** 15 significant digits; blank from 1e100 on, 0 below 1e-100. */
export function significant(x: Num): Num | null {
  const size = x.abs();
  if (size.gte(HIGH)) return null;
  return size.lt(LOW) ? ZERO : new Exact(x.toSignificantDigits(15, Decimal.ROUND_HALF_UP));
}

export function power(x: Num, y: Num): Num | null {
  if (x.isZero()) return y.isPositive() && !y.isZero() ? ZERO : null;
  const even = y.mod(2).isZero();
  if (x.isNegative() && !y.isInteger()) return null;
  const negative = x.isNegative() && !even;
  if (x.abs().eq(1)) return negative ? ONE.negated() : ONE;
  const size = new Rough(x.abs()).log(10).times(y);
  if (size.gt(110)) return null;
  if (size.lt(-110)) return ZERO;
  const made = new Wide(x.abs()).pow(y);
  return significant(negative ? made.negated() : made);
}

export function root(x: Num): Num | null {
  return x.isNegative() && !x.isZero() ? null : significant(new Wide(x).sqrt());
}

export function exp(x: Num): Num | null {
  if (x.gt(235)) return null;
  return x.lt(-235) ? ZERO : significant(new Wide(x).exp());
}

export function ln(x: Num): Num | null {
  return x.gt(0) ? significant(new Wide(x).ln()) : null;
}

export function log(x: Num, base: Num = num(10)): Num | null {
  if (x.lte(0) || base.lte(0) || base.eq(1)) return null;
  return significant(new Wide(x).ln().div(new Wide(base).ln()));
}

/** The multiple of step beside x: not below, not above, or nearest (half away from zero). */
export function multiple(x: Num, step: Num, how: "ceiling" | "floor" | "nearest"): Num | null {
  const size = step.abs();
  if (size.isZero()) return null;
  let times = x.divToInt(size);
  const rest = x.mod(size);
  if (how === "ceiling" && rest.gt(0)) times = times.plus(1);
  if (how === "floor" && rest.lt(0)) times = times.minus(1);
  if (how === "nearest") {
    times = x.abs().times(2).plus(size).divToInt(size.times(2));
    if (x.isNegative()) times = times.negated();
  }
  return multiply(times, size);
}

/** The remainder with the divisor's sign. */
export function modulo(x: Num, y: Num): Num | null {
  if (y.isZero()) return null;
  const rest = x.mod(y);
  return !rest.isZero() && rest.isNegative() !== y.isNegative() ? rest.plus(y) : rest;
}

/** Away from zero to the next even (or odd) number. */
export function toParity(x: Num, parity: 0 | 1): Num {
  let size = x.abs().ceil();
  if (!size.mod(2).eq(parity)) size = size.plus(1);
  return x.lt(0) ? size.negated() : size;
}

export function sum(values: Num[]): Num {
  return values.reduce((total, value) => total.plus(value), ZERO);
}
