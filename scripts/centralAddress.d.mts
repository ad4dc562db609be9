/** Without a slash at the end. Throws when Maven is not installed or its super-POM cannot be read. */
export function centralAddress(): string;
