/* Arrow keys, and the keys of a presenter's remote, follow the links of a slide. */
(function () {
  "use strict";
  var keys = { ArrowRight: "next", ArrowLeft: "prev", PageDown: "next", PageUp: "prev" };

  function scrolls() {
    var page = document.documentElement;
    return page.scrollHeight > page.clientHeight + 1;
  }

  document.addEventListener("keydown", function (event) {
    var way = keys[event.key];
    if (!way || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.key.indexOf("Page") === 0 && scrolls()) return;
    var link = document.querySelector('a[rel="' + way + '"]');
    if (!link) return;
    event.preventDefault();
    link.click();
  });
})();
