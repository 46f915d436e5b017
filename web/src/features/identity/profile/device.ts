/** A browser's description of itself in three words; order matters, later names pretend less. */
const BROWSERS: [RegExp, string][] = [
  [/wxwork/i, "企业微信"],
  [/MicroMessenger/i, "微信"],
  [/DingTalk/i, "钉钉"],
  [/Edg\//, "Edge"],
  [/Firefox\//, "Firefox"],
  [/Chrome\//, "Chrome"],
  [/Safari\//, "Safari"],
];
const SYSTEMS: [RegExp, string][] = [
  [/iPhone|iPad/, "iOS"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "macOS"],
  [/Linux/, "Linux"],
];

export function device(agent: string): string {
  const parts = [named(BROWSERS, agent), named(SYSTEMS, agent)].filter(Boolean);
  return parts.join(" · ") || agent.slice(0, 60) || "?";
}

function named(table: [RegExp, string][], agent: string): string | undefined {
  return table.find(([pattern]) => pattern.test(agent))?.[1];
}
