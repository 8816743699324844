import { mount } from "svelte";
import "@fontsource-variable/inter/index.css";
import "@fontsource-variable/jetbrains-mono/index.css";
import "./design/tokens.css";
import "./design/base.css";
import App from "./app/App.svelte";

const target = document.getElementById("app");
if (!target) throw new Error("index.html holds no #app");
mount(App, { target });
