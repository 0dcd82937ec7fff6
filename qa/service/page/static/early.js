// Runs before the first paint, so that the page never flashes in the other theme. A site that frames the page decides
// about it in the part of the address after "#".
(() => {
  let kept = new URLSearchParams(location.hash.slice(1)).get("theme");
  if (document.documentElement.dataset.page !== "compact" || !kept) {
    try {
      kept = localStorage.getItem("whosaid-theme");
    } catch {
      // Storage can be forbidden, in a frame for instance; the system's theme then decides.
    }
  }
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  document.documentElement.dataset.theme = ["light", "dark"].includes(kept) ? kept : system;
})();
