"""The number of an Emirates ID as people write it: 784, year of birth, seven digits, one to check."""

import re

EMIRATES_ID = re.compile(r"(?<!\d)(?P<number>(?:784|٧٨٤)[ -]?(?:19|20|١٩|٢٠)\d\d[ -]?\d{7}[ -]?\d)(?!\d)")
