/* whosaid on another page: a button in a corner that opens the compact chat in a frame.
 * <script src="https://host/widget.js" data-title="Ask our articles" defer></script>
 * Nothing is loaded until it is opened; styles of the page around it go neither way. */
(() => {
  const script = document.currentScript;
  const title = script.dataset.title || "Who said what?";
  const address = new URL("embed", script.src).href;
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "closed" });
  root.innerHTML = `<style>
    :host { all: initial; }
    button { font: 15px/1 system-ui, sans-serif; cursor: pointer; border: 0; }
    button:focus-visible { outline: 3px solid #1d4e83; outline-offset: 3px; }
    .launch { position: fixed; right: 20px; bottom: 20px; z-index: 2147483000; width: 56px; height: 56px; border-radius: 50%;
      background: #1d4e83; color: #fff; font: 600 26px/1 Georgia, serif; box-shadow: 0 4px 16px rgb(0 0 0 / .28); }
    .panel { position: fixed; right: 20px; bottom: 88px; z-index: 2147483000; width: 400px; height: min(640px, calc(100vh - 108px));
      display: flex; flex-direction: column; overflow: hidden; background: #fff; border: 1px solid #8b867c; border-radius: 10px;
      box-shadow: 0 12px 40px rgb(0 0 0 / .28); }
    .panel[hidden] { display: none; }
    .head { flex: none; display: flex; align-items: center; justify-content: space-between; padding-left: 14px; background: #1d4e83;
      color: #fff; font: 600 15px/44px system-ui, sans-serif; }
    .head button { width: 44px; height: 44px; background: none; color: #fff; font-size: 22px; }
    .head button:focus-visible { outline-color: #fff; outline-offset: -5px; }
    iframe { flex: 1; width: 100%; border: 0; }
    @media (max-width: 480px) { .panel { inset: 0; width: auto; height: auto; border: 0; border-radius: 0; } }
  </style>
  <button class="launch" type="button" aria-expanded="false">“</button>
  <div class="panel" role="dialog" hidden><div class="head"><span></span><button type="button" aria-label="Close">×</button></div></div>`;
  const launch = root.querySelector(".launch");
  const panel = root.querySelector(".panel");
  launch.setAttribute("aria-label", title);
  panel.setAttribute("aria-label", title);
  root.querySelector("span").textContent = title;

  function show(open) {
    if (open && !panel.querySelector("iframe")) {
      const frame = document.createElement("iframe");
      frame.title = title;
      frame.sandbox = "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-forms";
      frame.src = address;
      panel.append(frame);
    }
    panel.hidden = !open;
    launch.setAttribute("aria-expanded", String(open));
    (open ? panel.querySelector(".head button") : launch).focus();
  }

  launch.addEventListener("click", () => show(panel.hidden));
  panel.querySelector(".head button").addEventListener("click", () => show(false));
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !panel.hidden) show(false);
  });
  document.body.append(host);
})();
