// Thumbs up and down under an answer, and why.

import { make } from "./dom.js";

const REASONS = {
  up: ["Right speaker", "Right words", "Complete"],
  down: ["Wrong speaker", "Wrong words", "Not what I asked", "The articles do say"],
};
const KEPT = "Thank you. Your vote is kept.";
const LOST = "Your vote could not be kept";

// Not randomUUID, which pages that came over plain http from another machine do not have.
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

// Makes the thumbs of `card` work; `answer` is what they are about, `tell` announces a line.
export function voting(card, answer, server, tell) {
  const judge = card.querySelector(".judge");
  if (!judge || !answer) return;
  const thumbs = [...judge.querySelectorAll(".vote")];
  const id = newId();
  let why = null;

  async function send(vote, reason) {
    const { question, answer: words, citations } = answer;
    try {
      await server.feedback({ id, vote, reason, question, answer: words, citations });
      for (const thumb of thumbs) thumb.setAttribute("aria-pressed", String(thumb.dataset.vote === vote));
      return KEPT;
    } catch (error) {
      return error.message && error.status ? `${LOST}: ${error.message}.` : `${LOST}.`;
    }
  }

  function ask(vote) {
    why?.remove();
    why = make("form", "why");
    const label = make("label", "", vote === "up" ? "What is good? " : "What is wrong? ");
    const field = make("input");
    Object.assign(field, { type: "text", maxLength: 1000, placeholder: "optional", autocomplete: "off" });
    label.append(field);
    const reasons = make("div", "reasons");
    for (const reason of REASONS[vote]) {
      const button = make("button", "reason", reason);
      button.type = "button";
      button.addEventListener("click", () => {
        field.value = reason;
        why.requestSubmit();
      });
      reasons.append(button);
    }
    const done = make("button", "plain", "Send");
    const row = make("div", "line");
    row.append(label, done);
    why.append(reasons, row);
    why.addEventListener("submit", async (event) => {
      event.preventDefault();
      const line = await send(vote, field.value.trim());
      const held = why.contains(document.activeElement);
      const note = make("p", "small", line);
      why.replaceWith(note);
      why = note;
      tell(line);
      if (held) thumbs.find((thumb) => thumb.dataset.vote === vote).focus();
    });
    judge.after(why);
  }

  for (const thumb of thumbs) {
    thumb.addEventListener("click", async () => {
      const line = await send(thumb.dataset.vote, "");
      tell(line);
      if (line === KEPT) return ask(thumb.dataset.vote);
      why?.remove();
      judge.after((why = make("p", "small", line)));
    });
  }
}
