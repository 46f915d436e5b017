/** A first password to tell somebody: three groups of letters and digits nobody mixes up. */
const SIGNS = "abcdefghjkmnpqrstuvwxyz23456789";
const GROUPS = 3;
const LENGTH = 5;

export function newPassword(): string {
  const dice = crypto.getRandomValues(new Uint32Array(GROUPS * LENGTH));
  const signs = Array.from(dice, (die) => SIGNS[die % SIGNS.length]).join("");
  return (signs.match(new RegExp(`.{${LENGTH}}`, "g")) ?? []).join("-");
}
