// The page in a frame on another site: set up by that site, its sources opening in place, and in touch with it.

import { Excerpts } from "./excerpts.js";
import { Wire, accent, setUp } from "./frame.js";
import { speak } from "./labels.js";

const OPEN = "#choices:not([hidden]), #formats:not([hidden]), #source.up, .talk[aria-busy=true], dialog[open]";
const WAIT = 5000; // milliseconds for a token; without one the service says what is missing

export class Compact {
  #wire;
  #came = () => {};

  constructor(root) {
    this.root = root;
    this.set = setUp();
    this.token = this.set.token ? this.#coming() : null;
    speak(root, this.set.lang);
    this.#paint();
  }

  // What the page asks of the service, within the articles and about the speaker of the set-up.
  scope(server) {
    const { articles, speaker } = this.set;
    const scoped = Object.create(server);
    scoped.opening = async () => {
      await this.token;
      return (this.opened = await server.opening({ articles, speaker }));
    };
    // A conversation about some articles is not gone on with about others.
    scoped.visitor = () => [server.visitor(), ...articles].join(" ").trim();
    scoped.shelf = (finding) => server.shelf({ ...finding, articles });
    scoped.ask = (asked, ...rest) =>
      server.ask({ ...asked, articles: asked.articles.length ? asked.articles : (this.opened?.articles ?? []) }, ...rest);
    return scoped;
  }

  // Joins the page to the site around it, which may send `service` a visitor's token, and another when that has expired.
  meet(page, service) {
    const { root } = this;
    new Excerpts(root, page.server, page.panel);
    this.#wire = new Wire(this.set.host, {
      ask: ({ question }) => typeof question === "string" && this.#ready.then(() => page.ask(question)),
      focus: () => page.question.focus(),
      token: ({ token }) => {
        if (typeof token !== "string") return;
        service.token = token;
        this.#came(true);
      },
    });
    service.renew = () => {
      const coming = this.#coming();
      this.#wire.say("expired");
      return coming;
    };
    // In the capturing phase, to see what is open before the page closes it.
    addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing && !root.querySelector(OPEN)) this.#wire.say("close");
    }, true);
    root.querySelector(".skip").addEventListener("click", (event) => {
      event.preventDefault();
      page.question.focus();
    });
    root.addEventListener("whosaid:answered", ({ detail }) => {
      if (detail.answer) this.#wire.say("answer", { answer: detail.answer });
    });
    root.addEventListener("whosaid:opened", () => {
      root.querySelector(".picker").hidden = this.opened?.articles.length === 1;
      const whom = root.querySelector("#whom");
      whom.hidden = this.set.speaker !== "";
      if (root.querySelector(".asked")) return;
      if (this.set.question) page.ask(this.set.question);
      else if ([...whom.options].some((option) => option.value === this.set.speaker && option.value)) {
        whom.value = this.set.speaker;
        whom.dispatchEvent(new Event("change", { bubbles: true }));
      }
    }, { once: true });
    this.#wire.say("ready");
  }

  // Whether a token comes in time.
  #coming() {
    return new Promise((come) => {
      this.#came = come;
      setTimeout(come, WAIT, false);
    });
  }

  get #ready() {
    return new Promise((go) => {
      if (this.root.dataset.ready) go();
      else this.root.addEventListener("whosaid:opened", go, { once: true });
    });
  }

  #paint() {
    const { color, fixed } = this.set;
    const style = document.documentElement.style;
    const colour = () => {
      const own = accent(color, document.documentElement.dataset.theme === "dark");
      if (own) style.setProperty("--accent", own);
    };
    colour();
    new MutationObserver(colour).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    // The theme was chosen by the site around the frame.
    if (fixed) this.root.querySelector("#theme").hidden = true;
  }
}
