export function dashboard() {}
