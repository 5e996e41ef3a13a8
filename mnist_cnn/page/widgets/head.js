// Tells the whole page that another digit lies on the table, or the same one, read anew.
watch("value", () => document.dispatchEvent(new Event("digit")));
