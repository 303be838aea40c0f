export function orderBook() {}
