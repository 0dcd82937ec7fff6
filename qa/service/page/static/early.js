// Runs before the first paint, so that the page never flashes in the other theme.
(() => {
  let kept = null;
  try {
    kept = localStorage.getItem("whosaid-theme");
  } catch {
    // Storage can be forbidden, in a frame for instance; the system's theme then decides.
  }
  const dark = kept ? kept === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
