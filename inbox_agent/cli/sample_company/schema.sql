CREATE TABLE accounts (account TEXT PRIMARY KEY, name TEXT, address TEXT, number TEXT, plan TEXT, since TEXT);
CREATE TABLE calls (account TEXT, at TEXT, direction TEXT, other_number TEXT, seconds INTEGER);
CREATE TABLE payments (account TEXT, day TEXT, amount TEXT, method TEXT, card_end TEXT);
CREATE TABLE devices (account TEXT, model TEXT, mac TEXT, last_seen TEXT);
CREATE TABLE marketing_list (address TEXT, since TEXT, source TEXT);
CREATE TABLE cookie_consents (address TEXT, at TEXT, choice TEXT);
CREATE INDEX call_of_account ON calls (account);
CREATE INDEX payment_of_account ON payments (account);
