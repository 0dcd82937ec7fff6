// In a frame on another site: how that site set the chat up, and what the two say to each other. See docs/embedding.md.
//
// The set-up is the part of the address after "#": it is there before the first paint, and no server or log gets it.

export function setUp(hash = location.hash) {
  const given = new URLSearchParams(hash.slice(1));
  return {
    host: given.get("host") ?? "",
    lang: given.get("lang") ?? "en",
    articles: (given.get("articles") ?? "").split(/[\s,]+/).filter(Boolean),
    speaker: given.get("speaker") ?? "",
    question: given.get("question") ?? "",
    color: given.get("color") ?? "",
    fixed: given.has("theme"),
    token: given.has("token"),
  };
}

// The wire to the page around the frame. Only its window is heard, only from the origin that the set-up names, and only
// there does anything go: a page that came into the frame's place in between gets nothing.
export class Wire {
  constructor(host, heard) {
    this.host = host;
    if (!this.joined) return;
    addEventListener("message", ({ source, origin, data }) => {
      if (source !== parent || origin !== host || typeof data?.type !== "string") return;
      const [, type] = data.type.match(/^whosaid:(\w+)$/) ?? [];
      if (type in heard) heard[type](data);
    });
  }

  get joined() {
    return parent !== window && /^https?:\/\/[^/]+$/.test(this.host);
  }

  say(type, more) {
    if (this.joined) parent.postMessage({ type: `whosaid:${type}`, ...more }, this.host);
  }
}

// A given colour as accent of both themes: as much darker or lighter as it takes to be read on every ground of the page.
export function accent(color, dark) {
  if (!/^#[\da-f]{6}$/i.test(color)) return null;
  const given = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
  const [toward, ground] = dark ? [255, [38, 37, 35]] : [0, [243, 240, 232]];
  for (let share = 0; share <= 1; share += 0.05) {
    const mixed = given.map((part) => Math.round(part + (toward - part) * share));
    if (contrast(mixed, ground) >= 4.6) return `rgb(${mixed.join(" ")})`;
  }
  return null;
}

function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

function luminance(parts) {
  const [r, g, b] = parts.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
