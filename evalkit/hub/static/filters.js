/* Narrows the list of interventions by the boxes that are ticked; the address keeps them. */
(function () {
  "use strict";
  var form = document.getElementById("filters");
  var cards = Array.prototype.slice.call(document.querySelectorAll("#tried > li"));
  var status = document.getElementById("tried-count");
  var chips = document.getElementById("chips");
  var clear = document.getElementById("clear");
  var none = document.getElementById("none");
  if (!form || !cards.length) return;
  var boxes = Array.prototype.slice.call(form.querySelectorAll("input"));
  document.documentElement.classList.add("scripted");

  function chosen() {
    var groups = {};
    boxes.forEach(function (box) {
      if (box.checked) (groups[box.name] = groups[box.name] || []).push(box.value);
    });
    return groups;
  }

  function fits(card, groups) {
    return Object.keys(groups).every(function (name) {
      var has = (card.getAttribute("data-" + name) || "").split(" ");
      return groups[name].some(function (key) { return has.indexOf(key) !== -1; });
    });
  }

  function chip(box) {
    var button = document.createElement("button");
    button.type = "button";
    button.className = "chip";
    button.textContent = box.getAttribute("data-words") + " ";
    var cross = document.createElement("span");
    cross.setAttribute("aria-hidden", "true");
    cross.textContent = "✕";
    button.appendChild(cross);
    button.setAttribute("aria-label", "Take off: " + box.getAttribute("data-words"));
    button.addEventListener("click", function () { box.checked = false; show(true); box.focus(); });
    return button;
  }

  function show(write) {
    var groups = chosen(), shown = 0;
    cards.forEach(function (card) {
      var fit = fits(card, groups);
      card.hidden = !fit;
      if (fit) shown += 1;
    });
    status.textContent = (shown === cards.length ? cards.length : shown + " of " + cards.length) +
      (cards.length === 1 ? " intervention" : " interventions");
    none.hidden = shown > 0;
    var ticked = boxes.filter(function (box) { return box.checked; });
    chips.textContent = "";
    ticked.forEach(function (box) { chips.appendChild(chip(box)); });
    clear.hidden = !ticked.length;
    if (write) {
      var state = ticked.map(function (box) {
        return encodeURIComponent(box.name) + "=" + encodeURIComponent(box.value);
      }).join("&");
      history.replaceState(null, "", "#" + state);
    }
  }

  function read() {
    var wanted = {};
    location.hash.slice(1).split("&").forEach(function (pair) {
      try { wanted[decodeURIComponent(pair)] = true; } catch (error) { /* a broken address asks for nothing */ }
    });
    boxes.forEach(function (box) {
      box.checked = wanted[box.name + "=" + box.value] === true;
      if (box.checked) box.closest("details").open = true;
    });
    show(false);
  }

  form.addEventListener("change", function () { show(true); });
  clear.addEventListener("click", function () {
    boxes.forEach(function (box) { box.checked = false; });
    show(true);
    form.querySelector("summary").focus();
  });
  window.addEventListener("hashchange", read);
  var roomy = window.matchMedia("(min-width: 64rem)");
  var fold = document.querySelector(".filter-fold");
  function unfold() { fold.open = roomy.matches; }
  roomy.addEventListener("change", unfold);
  unfold();
  read();
})();
