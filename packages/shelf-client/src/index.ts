export { Float, float } from "./wire/float.js";
