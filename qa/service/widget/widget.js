/* whosaid on another page; see docs/embedding.md.
 * <script src="https://host/widget.js" data-title="Ask our articles" defer></script>
 * A launcher in a shadow of its own. Nothing more is loaded until it is opened; then a frame with the compact chat. */
(() => {
  if (!document.currentScript?.src || customElements.get("who-said")) return;
  const script = document.currentScript;
  const EMBED = new URL("embed", script.src);
  const PATIENCE = 12000; // milliseconds from the frame's loading until it counts as refused
  const SANDBOX = "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads";
  const PASSED = ["articles", "speaker", "theme", "color", "question"];
  const WORDS = {
    en: { title: "Who said what?", close: "Close", failed: "The chat did not load. It may not be allowed on this site." },
    de: { title: "Wer hat was gesagt?", close: "Schließen", failed: "Der Chat wurde nicht geladen. Vielleicht ist er hier nicht erlaubt." },
  };
  const STYLE = `
:host { all:initial !important; display:inline-block !important; }
:host([hidden]) { display:none !important; }
* { box-sizing:border-box; }
button { margin:0; padding:0; border:0; font:600 15px/1.3 system-ui, sans-serif; color:var(--on); background:var(--color); cursor:pointer; }
button:focus-visible { outline:3px solid var(--on); box-shadow:0 0 0 6px var(--color); }
.launch { position:fixed; z-index:2147483000; bottom:20px; width:56px; height:56px; border-radius:50%; box-shadow:0 3px 14px rgb(0 0 0 / .3); }
.launch span { display:none; }
.launch svg { display:block; width:26px; margin:auto; fill:currentColor; }
.inline .launch { position:static; display:inline-flex; align-items:center; gap:10px; width:auto; height:auto; min-height:44px; padding:8px 18px; border-radius:22px; text-align:start; box-shadow:none; }
.inline .launch span { display:inline; }
.inline .launch svg { flex:none; width:20px; margin:0; }
.none .launch { display:none; }
dialog:not([open]) { display:none; }
dialog { position:fixed; z-index:2147483001; inset:auto; bottom:88px; width:400px; max-width:none; height:min(640px, 100vh - 108px); max-height:none;
  margin:0; padding:0; display:flex; flex-direction:column; overflow:hidden; border:1px solid #8b867c; border-radius:10px;
  color:CanvasText; background:Canvas; font:15px/1.5 system-ui, sans-serif; box-shadow:0 10px 36px rgb(0 0 0 / .28); }
.right > *, .none > * { right:20px; }
.left > * { left:20px; }
.inline dialog { position:static; width:min(720px, 100vw - 32px); max-width:100%; margin-top:10px; box-shadow:none; }
.head { flex:none; display:flex; padding-left:14px; line-height:44px; color:var(--on); background:var(--color); font-weight:600; }
.head b { flex:1; overflow:hidden; font:inherit; text-overflow:ellipsis; white-space:nowrap; }
.head button { flex:none; width:44px; height:44px; font-size:22px; }
.head button:focus-visible { outline-offset:-5px; box-shadow:none; }
p { margin:0; padding:20px 16px; }
p[hidden] { display:none; }
iframe { flex:1; width:100%; border:0; }
dialog:modal { position:fixed; inset:0; width:auto; height:auto; max-width:none; margin:0; border:0; border-radius:0; }`;
  const QUOTES = "M4 5h8v7c0 4-2 7-6 8l-1-2c2-1 3-3 3-5H4zm11 0h8v7c0 4-2 7-6 8l-1-2c2-1 3-3 3-5h-4z";
  const phone = matchMedia("(max-width: 480px), (max-height: 480px)");

  const made = (tag, properties, ...inside) => {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...inside);
    return node;
  };
  const rgb = (color) => (/^#[\da-f]{6}$/i.test(color) ? [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16)) : null);
  // How light a colour is, 0 to 1, as WCAG reckons it.
  const light = (color) => {
    const [r, g, b] = rgb(color).map((part) => (part <= 10 ? part / 3295 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };

  class WhoSaid extends HTMLElement {
    #panel;
    #launch;
    #note;
    #frame;
    #ready = false;
    #back;
    #token;
    #questions = [];
    #heard = (event) => this.#hear(event);
    #turned = () => this.#panel.open && (this.#panel.close(), this.#show());

    connectedCallback() {
      if (!this.#panel) this.#build();
      addEventListener("message", this.#heard);
      phone.addEventListener("change", this.#turned);
    }

    disconnectedCallback() {
      removeEventListener("message", this.#heard);
      phone.removeEventListener("change", this.#turned);
      this.#ready = false;
    }

    get #lang() {
      const wanted = (this.dataset.lang || document.documentElement.lang || "en").slice(0, 2).toLowerCase();
      return wanted in WORDS ? wanted : "en";
    }

    #build() {
      const given = this.dataset;
      const words = WORDS[this.#lang];
      const title = given.title || words.title;
      const color = rgb(given.color) ? given.color : "#1d4e83";
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      const path = svg.appendChild(document.createElementNS(svg.namespaceURI, "path"));
      svg.setAttribute("viewBox", "2 4 23 17");
      svg.setAttribute("aria-hidden", "true");
      path.setAttribute("d", QUOTES);
      const close = made("button", { type: "button", textContent: "×", ariaLabel: words.close, onclick: () => this.close() });
      this.#note = made("p", { role: "alert", hidden: true, textContent: words.failed });
      this.#launch = made("button", { type: "button", className: "launch", ariaLabel: title, ariaExpanded: "false", ariaHasPopup: "dialog" }, svg, made("span", { textContent: title }));
      this.#launch.onclick = () => (this.#panel.open ? this.close() : this.open());
      this.#panel = made("dialog", { ariaLabel: title }, made("div", { className: "head" }, made("b", { textContent: title }), close), this.#note);
      this.#panel.oncancel = (event) => (event.preventDefault(), this.close());
      this.#panel.onkeydown = (event) => event.key === "Escape" && (event.preventDefault(), this.close());
      const place = ["left", "inline", "none"].includes(given.position) ? given.position : "right";
      const around = made("div", { className: place, lang: this.#lang }, this.#launch, this.#panel);
      around.style.colorScheme = ["light", "dark"].includes(given.theme) ? given.theme : "light dark";
      around.style.setProperty("--color", color);
      around.style.setProperty("--on", light(color) > 0.18 ? "#000" : "#fff");
      this.#token ??= given.token;
      const root = this.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [sheet];
      root.append(around);
    }

    #load() {
      const set = new URLSearchParams({ host: location.origin, lang: this.#lang });
      for (const name of PASSED) if (this.dataset[name]) set.set(name, this.dataset[name]);
      if (!set.has("theme")) set.set("theme", "auto");
      if (this.#token) set.set("token", "1");
      const frame = made("iframe", { title: this.#panel.ariaLabel, allow: "clipboard-write" });
      frame.setAttribute("sandbox", SANDBOX);
      frame.onload = () => setTimeout(() => (this.#note.hidden = this.#ready), PATIENCE);
      frame.src = `${EMBED}#${set}`;
      this.#panel.append((this.#frame = frame));
    }

    #show() {
      if (phone.matches) this.#panel.showModal();
      else this.#panel.show();
      this.#focus();
    }

    #focus() {
      if (!this.#ready || !this.#panel.open) return;
      this.#frame.focus();
      this.#post("focus");
    }

    #post(type, more) {
      this.#frame.contentWindow.postMessage({ type: `whosaid:${type}`, ...more }, EMBED.origin);
    }

    #hear({ source, origin, data }) {
      if (!this.#frame || source !== this.#frame.contentWindow || origin !== EMBED.origin) return;
      if (data?.type === "whosaid:ready") {
        this.#ready = this.#note.hidden = true;
        if (this.#token) this.#post("token", { token: this.#token });
        for (const question of this.#questions.splice(0)) this.#post("ask", { question });
        this.#focus();
      } else if (data?.type === "whosaid:close") this.close();
      else if (data?.type === "whosaid:answer") this.#tell("answer", data.answer);
      else if (data?.type === "whosaid:expired") this.#tell("expired");
    }

    #tell(what, detail) {
      this.dispatchEvent(new CustomEvent(`whosaid:${what}`, { detail, bubbles: true, composed: true }));
    }

    open() {
      if (this.#panel.open) return;
      const held = document.activeElement;
      this.#back = held && held !== this && held !== document.body ? held : this.#launch;
      if (!this.#frame) this.#load();
      this.#show();
      this.#launch.ariaExpanded = "true";
      this.#tell("open");
    }

    close() {
      if (!this.#panel.open) return;
      this.#panel.close();
      this.#launch.ariaExpanded = "false";
      this.#back.focus();
      this.#tell("close");
    }

    ask(question) {
      this.open();
      if (this.#ready) this.#post("ask", { question: String(question) });
      else this.#questions.push(String(question));
    }

    setToken(token) {
      this.#token = String(token);
      if (this.#ready) this.#post("token", { token: this.#token });
    }
  }

  // The script's own launcher, with the script's own settings, unless the page has placed one.
  const begin = () => {
    customElements.define("who-said", WhoSaid);
    if (document.querySelector("who-said")) return;
    const own = document.createElement("who-said");
    Object.assign(own.dataset, script.dataset);
    document.body.append(own);
  };
  const first = () => document.querySelector("who-said");
  window.whosaid = {
    open: () => first()?.open(),
    close: () => first()?.close(),
    ask: (question) => first()?.ask(question),
    setToken: (token) => first()?.setToken(token),
  };
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", begin);
  else begin();
})();
