/* Finds pages that have every word, in the index that stands beside this file. */
(function () {
  "use strict";
  var most = 50;
  var field = document.getElementById("q");
  var list = document.getElementById("found");
  var status = document.getElementById("found-count");
  var index = (window.hubIndex || []).map(function (row) {
    return { kind: row[0], title: row[1], path: row[2], words: row[3],
             inTitle: words(row[1]), inText: words(row[3]) };
  });

  function words(text) {
    return text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "")
      .split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  }

  function stem(word) {
    return word.length > 4 ? word.replace(/(ies|es|s|ing|ed)$/, "") : word;
  }

  function score(row, asked) {
    var total = 0;
    for (var i = 0; i < asked.length; i += 1) {
      var begins = function (word) { return word.indexOf(asked[i]) === 0; };
      var here = (row.inTitle.some(begins) ? 6 : 0) + Math.min(row.inText.filter(begins).length, 3);
      if (!here) return 0;
      total += here;
    }
    return total;
  }

  function item(row) {
    var line = document.createElement("li");
    var kind = document.createElement("p");
    kind.className = "kicker";
    kind.textContent = row.kind;
    var title = document.createElement("h2");
    var link = document.createElement("a");
    link.href = row.path;
    link.textContent = row.title;
    title.appendChild(link);
    var text = document.createElement("p");
    text.textContent = row.words.length > 180 ? row.words.slice(0, 180) + "…" : row.words;
    [kind, title, text].forEach(function (part) { line.appendChild(part); });
    return line;
  }

  function show() {
    var asked = words(field.value).map(stem);
    list.textContent = "";
    if (!asked.length) { status.textContent = ""; return; }
    var found = index.map(function (row, place) { return { row: row, place: place, score: score(row, asked) }; })
      .filter(function (one) { return one.score > 0; })
      .sort(function (a, b) { return b.score - a.score || a.place - b.place; });
    found.slice(0, most).forEach(function (one) { list.appendChild(item(one.row)); });
    var told = found.length === 1 ? "One page" : found.length + " pages";
    status.textContent = !found.length
      ? "No page has all of these words. That may be a gap, not a fault. Try fewer words."
      : told + (found.length > most ? ", the first " + most + " shown" : "");
  }

  function asked() {
    var found = /[?&]q=([^&]*)/.exec(location.search);
    if (!found) return "";
    try { return decodeURIComponent(found[1].replace(/\+/g, " ")); } catch (error) { return ""; }
  }

  document.documentElement.classList.add("scripted");
  field.value = asked();
  field.addEventListener("input", show);
  show();
})();
