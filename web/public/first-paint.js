// Sets theme and language before the first paint, so that nothing flashes.
(function () {
  var root = document.documentElement;
  var theme = "system";
  var locale = null;
  try {
    theme = localStorage.getItem("giljabi.theme") || "system";
    locale = localStorage.getItem("giljabi.locale");
  } catch {
    // Storage may be switched off; the defaults do.
  }
  var dark = theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = dark ? "dark" : "light";
  root.lang = locale || (/^ko\b/i.test(navigator.language) ? "ko" : "en");
})();
