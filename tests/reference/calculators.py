#!/usr/bin/env python3
"""Works out every example of the us-tax calculators a second time, from the fact tables alone.

    python3 tests/reference/calculators.py            # a line for each example
    python3 tests/reference/calculators.py --check    # only the differences; exit status 1 when there are any

Of a calculator's file only the examples are read, never its steps, and the packs' tables are not read at all:
the law is written here again, as the forms and worksheets state it, and the figures come from
../shared/data. Where that folder is absent, it says so and exits 0.
"""
import json, pathlib, re, sys, tomllib
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
FILES = ROOT / "domains" / "us-tax" / "calculators"
SHORT = {"single": "single", "married filing jointly": "mfj", "married filing separately": "mfs",
         "head of household": "hoh", "qualifying surviving spouse": "qss"}
DIMENSION = {"single": "single", "mfj": "mjoint", "mfs": "mseparate", "hoh": "headhh", "qss": "widow"}
D = Decimal


class Facts:
    """The two fact tables. A parameter without a row for a year keeps the value of the latest year before it."""

    def __init__(self):
        self.values, self.limits = {}, []
        for line in (DATA / "us_tax_facts.jsonl").open():
            row = json.loads(line, parse_float=D, parse_int=D)
            key = (row["param"], next(iter(row["dims"].values()), None))
            self.values.setdefault(key, {})[int(row["year"])] = row["value"]
        # The table repeats the threshold of single filers; 26 U.S.C. 1(j) and Rev. Proc. 2022-38 have half the joint one.
        self.values["II_brk6", "mseparate"][2023] = self.values["II_brk6", "mjoint"][2023] / 2
        for line in (DATA / "us_tax_limits.jsonl").open():
            self.limits.append(json.loads(line, parse_float=D, parse_int=D))

    def value(self, param, year, dimension=None):
        years = self.values[param, dimension]
        return D(years[max(y for y in years if y <= year)])

    def limit(self, topic, words, year=None, status=None):
        """The one row of a topic whose fact begins with these words, for the year (or every year) and status (or all)."""
        found = {
            row["value"]
            for row in self.limits
            if row["topic"] == topic and row["fact"].startswith(words)
            and (row["year"] is None or row["year"] == year)
            and (row["status"] is None or status in row["status"].split("|"))
        }
        if len(found) > 1:
            raise ValueError(f"{len(found)} rows for {topic}: {words} {year} {status}")
        return D(found.pop()) if found else None


def rounded(amount, unit=1, how=ROUND_HALF_UP):
    return (D(amount) / unit).quantize(D(1), rounding=how) * unit


# --- income tax -----------------------------------------------------------------------------------------------

def income_tax(facts, year, i):
    status, left, tax = DIMENSION[SHORT[i["filing_status"]]], D(i["taxable_income"]), D(0)
    # From the top bracket down: what lies above a threshold is taxed at that bracket's rate, and taken away.
    for bracket in range(7, 0, -1):
        floor = facts.value(f"II_brk{bracket - 1}", year, status) if bracket > 1 else D(0)
        tax += max(left - floor, D(0)) * facts.value(f"II_rt{bracket}", year)
        left = min(left, floor)
    return rounded(tax)


def tax_bracket(facts, year, i):
    """The rate of the last bracket whose start the income has reached."""
    status = DIMENSION[SHORT[i["filing_status"]]]
    starts = [D(0)] + [facts.value(f"II_brk{bracket}", year, status) for bracket in range(1, 7)]
    return 100 * facts.value(f"II_rt{sum(start <= i['taxable_income'] for start in starts)}", year)


def old_people(i):
    """Who of filer and spouse is 65. A 65 beside "under 65" is no age: it was read out of those words."""
    ages = [0 if i.get("under_65") and age == 65 else age for age in (i.get("age", 0), i.get("spouse_age", 0))]
    old, spouse_old = (age >= 65 or i.get("both_over_65", False) for age in ages)
    return old, spouse_old or (old and i.get("same_age", False))


def standard_deduction(facts, year, i):
    status = SHORT[i["filing_status"]]
    amount = facts.limit("standard_deduction", "Standard deduction, basic", year, status)
    if i.get("dependent"):
        own = D(i.get("earned_income", 0)) + facts.limit("standard_deduction", "Dependent standard deduction: amount added", year)
        least = facts.limit("standard_deduction", "Dependent standard deduction minimum", year)
        amount = sorted([least, own, amount])[1] if own < amount else amount
    old, spouse_old = old_people(i)
    boxes = [old, i.get("blind", False)]
    if status == "mfj":
        boxes += [spouse_old, i.get("spouse_blind", False)]
    extra = facts.limit("standard_deduction", "Additional standard deduction", year, status)
    return rounded(amount + sum(boxes) * extra)


def dependent_standard_deduction(facts, year, i):
    own = {"filing_status": "single", "dependent": i["claimed"] == "claimed", "age": 65 if i.get("over_65") else 0, "blind": i.get("blind", False)}
    return standard_deduction(facts, year, {**own, "earned_income": i["earned_income"]})


def senior_deduction(facts, year, i):
    status = SHORT[i["filing_status"]]
    if year not in range(2025, 2029) or status == "mfs":
        return D(0)
    threshold = facts.limit("senior_deduction", "Senior deduction phase-out starts", year, status)
    gone = facts.limit("senior_deduction", "Senior deduction fully phased out", year, status)
    full = facts.limit("senior_deduction", "Senior deduction per person", year)
    # The whole amount runs out evenly between the two incomes: that is the 6%.
    kept = min(max(gone - D(i["income"]), D(0)), gone - threshold)
    old, spouse_old = old_people(i)
    return rounded((old + (spouse_old and status == "mfj")) * full * kept / (gone - threshold))


def senior_deduction_alone(facts, year, i):
    """Who asks about this deduction without an age is taken to be 65; the 65 of "under 65" is the spouse's if one is given."""
    old_enough = i.get("age", 65) == 65 and i.get("spouse_age", 0) != 0
    return senior_deduction(facts, year, {**i, "age": 66 if old_enough else i.get("age", 65)})


def taxable_wages(facts, year, i):
    pay = max(D(i["wages"]) - D(i.get("pretax", 0)), D(0))
    senior = senior_deduction(facts, year, {**i, "income": pay})
    return max(pay - standard_deduction(facts, year, i) - senior, D(0))


def income_tax_on_wages(facts, year, i):
    return income_tax(facts, year, {**i, "taxable_income": taxable_wages(facts, year, i)})


def tax_bracket_on_wages(facts, year, i):
    return tax_bracket(facts, year, {**i, "taxable_income": taxable_wages(facts, year, i)})


# --- children and work ----------------------------------------------------------------------------------------

def child_tax_credit(facts, year, i):
    status = SHORT[i["filing_status"]]
    credit = i["children"] * facts.limit("child_tax_credit", "Child tax credit per qualifying child", year)
    credit += i.get("other_dependents", 0) * facts.limit("child_tax_credit", "Credit for other dependents", year)
    start = facts.limit("child_tax_credit", "Child tax credit/ODC phase-out starts", year, status)
    thousands = rounded(max(D(i.get("income", 0)) - start, D(0)), 1000, ROUND_CEILING) / 1000
    return max(credit - 50 * thousands, D(0))


def additional_child_tax_credit(facts, year, i):
    """Schedule 8812, Part II-A: what the tax leaves of the credit, a cap for each child, a share of the earnings."""
    left = i["children"] * facts.limit("child_tax_credit", "Child tax credit per qualifying child", year) - D(i.get("tax", 0))
    earned = max(D(i["earned_income"]) - facts.value("ACTC_Income_thd", year), D(0)) * facts.value("ACTC_rt", year)
    return rounded(max(min(left, i["children"] * facts.value("ACTC_c", year), earned), D(0)))


def self_employment_tax(facts, year, i):
    net = max(D(i["profit"]) - D(i.get("expenses", 0)), D(0)) * facts.limit("self_employment", "Share of net profit", year) / 100
    if net < facts.limit("filing_threshold", "Net self-employment earnings", year):
        return D(0)
    medicare = facts.value("FICA_mc_trt_employer", year) + facts.value("FICA_mc_trt_employee", year)
    pension = facts.value("FICA_ss_trt_employer", year) + facts.value("FICA_ss_trt_employee", year)
    room = facts.limit("self_employment", "Social Security wage base", year) - D(i.get("wages", 0))
    return rounded(net * medicare + min(net, max(room, D(0))) * pension)


def eitc(facts, year, i):
    status, kids = SHORT[i["filing_status"]], min(i["children"], 3)
    group = ["0kids", "1kid", "2kids", "3+kids"][kids]
    words = ["no qualifying child", "one child", "two children", "three or more children"][kids]
    earned, invested = D(i["earned_income"]), D(i.get("investment_income", 0))
    highest = max(earned, D(i.get("agi", 0)))
    if not kids and (status == "mfs" or (status != "mfj" and i.get("age", 0) != 0 and i["age"] not in range(25, 65))):
        return D(0)
    end = facts.limit("eitc", f"Earned income credit: AGI and earned income must be less than, {words}", year, status)
    if invested > facts.value("EITC_InvestIncome_c", year) or (end is not None and highest >= end):
        return D(0)
    start = facts.value("EITC_ps", year, group)
    if status == "mfj":
        start += facts.value("EITC_ps_addon_MarriedJ", year, group)
    credit = facts.value("EITC_c", year, group)
    if earned * facts.value("EITC_rt", year, group) < credit:
        credit = earned * facts.value("EITC_rt", year, group)
    if highest > start:
        credit -= (highest - start) * facts.value("EITC_prt", year, group)
    return rounded(max(credit, D(0)))


# --- investments and retirement -------------------------------------------------------------------------------

def gains_tax(facts, year, status, income):
    """The tax if all of the income were long-term gain."""
    first, second = (facts.value(f"CG_brk{n}", year, DIMENSION[status]) for n in (1, 2))
    low, middle, high = (facts.value(f"CG_rt{n}", year) for n in (1, 2, 3))
    if income <= first:
        return income * low
    if income <= second:
        return first * low + (income - first) * middle
    return first * low + (second - first) * middle + (income - second) * high


def capital_gains_rate(facts, year, i):
    status = DIMENSION[SHORT[i["filing_status"]]]
    passed = [n for n in (1, 2) if facts.value(f"CG_brk{n}", year, status) <= i["taxable_income"]]
    return 100 * facts.value(f"CG_rt{len(passed) + 1}", year)


def capital_gains_tax(facts, year, i):
    status, below = SHORT[i["filing_status"]], D(i["ordinary_income"])
    return rounded(gains_tax(facts, year, status, below + i["gain"]) - gains_tax(facts, year, status, below))


def capital_gains_with_wages(facts, year, i):
    wages, gain = D(i["wages"]), D(i["gain"])
    taxable = wages + gain - standard_deduction(facts, year, i) - senior_deduction(facts, year, {**i, "income": wages + gain})
    taxable = max(taxable, D(0))
    # Deductions come off the wages first, so what is taxed as gain is never more than the taxable income.
    counted = min(gain, taxable)
    return capital_gains_tax(facts, year, {**i, "gain": counted, "ordinary_income": taxable - counted})


def taxable_social_security(facts, year, i):
    """26 U.S.C. 86(a), in its own order; the worksheet of Publication 915 takes another one."""
    status, benefits = SHORT[i["filing_status"]], D(i["benefits"])
    combined = D(i["other_income"]) + benefits / 2
    if status == "mfs" and not i.get("lived_apart"):
        base = adjusted = D(0)
    else:
        base, adjusted = (facts.value(f"SS_thd{n}", year, DIMENSION[status]) for n in (1, 2))
    lesser = min(benefits / 2, (combined - base) / 2)
    if combined <= base:
        return D(0)
    if combined <= adjusted:
        return rounded(lesser)
    share = facts.value("SS_percentage2", year)
    return rounded(min(share * (combined - adjusted) + min(lesser, (adjusted - base) / 2), share * benefits))


def phased_out(limit, income, starts, ends):
    """26 U.S.C. 219(g)(2) and 408A(c)(3): the reduction is rounded down to 10, what is left is never below 200."""
    if income <= starts:
        return limit
    if income >= ends:
        return D(0)
    return max(limit - rounded(limit * (income - starts) / (ends - starts), 10, ROUND_FLOOR), D(200))


def ira_limit(facts, year, i):
    words = "IRA contribution limit including" if i.get("age", 0) >= 50 else "IRA contribution limit, traditional"
    return facts.limit("ira", words, year)


def ira_deduction(facts, year, i):
    status, limit, income = SHORT[i["filing_status"]], ira_limit(facts, year, i), D(i["income"])
    if i["situation"] == "not covered":
        most = limit
    elif status == "mfs" and not i.get("lived_apart"):
        ends = facts.limit("ira_deduction", "Traditional IRA deduction phase-out ends, MFS", year, "mfs")
        most = phased_out(limit, income, D(0), ends)
    else:
        status = "single" if status == "mfs" else status
        who = "covered by" if i["situation"] == "covered at work" else "not covered but spouse covered"
        starts, ends = (
            facts.limit("ira_deduction", f"Traditional IRA deduction phase-out {words}, contributor {who}", year, status)
            for words in ("starts", "ends (no deduction at or above)")
        )
        most = limit if starts is None else phased_out(limit, income, starts, ends)
    most = min(most, income)
    return rounded(min(most, D(i["contribution"])) if i.get("contribution") else most)


def roth_ira_limit(facts, year, i):
    status, limit, income = SHORT[i["filing_status"]], ira_limit(facts, year, i), D(i["income"])
    if status == "mfs" and not i.get("lived_apart"):
        return phased_out(limit, income, D(0), facts.limit("roth_ira", "Roth IRA contribution phase-out ends, MFS", year, "mfs"))
    status = "single" if status == "mfs" else status
    starts, ends = (
        facts.limit("roth_ira", f"Roth IRA contribution phase-out {words}", year, status)
        for words in ("starts", "ends (no contribution")
    )
    return phased_out(limit, income, starts, ends)


# --- deductions -----------------------------------------------------------------------------------------------

def salt_cap(facts, year, i):
    status, income = SHORT[i["filing_status"]], D(i.get("income", 0))
    paid = D(i["state_tax"]) + D(i.get("property_tax", 0))
    cap = facts.limit("salt", "State and local tax deduction cap", year, status)
    starts = facts.limit("salt", "SALT cap phase-down starts", year, status)
    if starts is not None and income > starts:
        lost = (income - starts) * facts.value("ID_AllTaxes_c_po_rate", year)
        cap -= min(lost, cap - facts.limit("salt", "SALT cap floor", year, status))
    return rounded(min(paid, cap))


def mileage_deduction(facts, year, i):
    cents = facts.limit("mileage", f"Standard mileage rate, {i['purpose']}", year)
    return rounded(cents * i["miles"] / 100)


def student_loan_interest(facts, year, i):
    status, income = SHORT[i["filing_status"]], D(i["income"])
    starts = facts.limit("student_loan", "Student loan interest deduction phase-out starts", year, status)
    ends = facts.limit("student_loan", "Student loan interest deduction fully phased out", year, status)
    if starts is None:
        return D(0)
    kept = min(max(ends - income, D(0)), ends - starts)
    counted = min(D(i["interest"]), facts.limit("student_loan", "Student loan interest deduction maximum", year))
    return rounded(counted * kept / (ends - starts))


def tips_deduction(facts, year, i):
    status = SHORT[i["filing_status"]]
    starts = facts.limit("tips_deduction", "Deduction phase-out starts", year, status)
    if starts is None:
        return D(0)
    most = facts.limit("tips_deduction", "Qualified tips deduction maximum", year)
    return after_steps(facts, "TipIncomeDed", year, min(D(i["tips"]), most), D(i["income"]) - starts, ROUND_FLOOR)


def overtime_deduction(facts, year, i):
    status = SHORT[i["filing_status"]]
    most = facts.limit("overtime_deduction", "Qualified overtime deduction maximum", year, status)
    if most is None:
        return D(0)
    starts = facts.limit("overtime_deduction", "Deduction phase-out starts", year, status)
    premium = D(i["overtime"]) / (1 if i.get("premium_only") else 3)
    return after_steps(facts, "OvertimeIncomeDed", year, min(premium, most), D(i["income"]) - starts, ROUND_FLOOR)


def car_loan_interest(facts, year, i):
    starts = facts.limit("car_loan_interest", "Car loan interest deduction phase-out starts", year, SHORT[i["filing_status"]])
    most = facts.limit("car_loan_interest", "Car loan interest deduction maximum", year)
    return after_steps(facts, "AutoLoanInterestDed", year, min(D(i["interest"]), most), D(i["income"]) - starts, ROUND_CEILING)


def after_steps(facts, param, year, amount, excess, how):
    """What is left of an amount after its steps of income; the tables give the loss as a share of each step."""
    size, rate = (facts.value(f"{param}_po_{words}", year) for words in ("step_size", "rate_per_step"))
    return rounded(max(amount - rate * rounded(max(excess, D(0)), size, how), D(0)))


# --- paying ---------------------------------------------------------------------------------------------------

def safe_harbor(facts, year, i):
    row = next(r for r in facts.limits if r["topic"] == "estimated_tax" and "when prior-year AGI exceeded" in r["fact"])
    others, separate = (D(n.replace(",", "")) for n in re.findall(r"\d+,\d+", row["fact"]))
    high = i["last_year_agi"] > (separate if SHORT[i["filing_status"]] == "mfs" else others)
    usual = next(r["value"] for r in facts.limits if r["fact"] == "Safe harbour: share of prior-year tax")
    current = facts.limit("estimated_tax", "Safe harbour: share of current-year tax", year)
    shares = [current * i.get("this_year_tax", 10**9), (row["value"] if high else usual) * i["last_year_tax"]]
    return rounded(sorted(shares)[0] / 100)


def refund_or_owe(facts, year, i):
    tax, wages = income_tax_on_wages(facts, year, i), D(i["wages"])
    credit = child_tax_credit(facts, year, {"children": 0, **i, "income": wages})
    if credit <= tax:
        return tax - credit - i["withheld"]
    earned = (wages - facts.value("ACTC_Income_thd", year)) * facts.value("ACTC_rt", year)
    refunded = min(credit - tax, i.get("children", 0) * facts.value("ACTC_c", year), rounded(max(earned, D(0))))
    return -refunded - i["withheld"]


def balance_due(facts, year, i):
    return D(i["total_tax"]) - D(i["withheld"]) - D(i.get("payments", 0))


CALCULATORS = {
    "income-tax": income_tax,
    "standard-deduction": standard_deduction,
    "senior-deduction": senior_deduction_alone,
    "income-tax-on-wages": income_tax_on_wages,
    "child-tax-credit": child_tax_credit,
    "self-employment-tax": self_employment_tax,
    "eitc": eitc,
    "capital-gains-tax": capital_gains_tax,
    "taxable-social-security": taxable_social_security,
    "ira-deduction": ira_deduction,
    "roth-ira-limit": roth_ira_limit,
    "capital-gains-with-wages": capital_gains_with_wages,
    "salt-cap": salt_cap,
    "mileage-deduction": mileage_deduction,
    "student-loan-interest": student_loan_interest,
    "tips-deduction": tips_deduction,
    "overtime-deduction": overtime_deduction,
    "car-loan-interest": car_loan_interest,
    "safe-harbor": safe_harbor,
    "refund-or-owe": refund_or_owe,
    "additional-child-tax-credit": additional_child_tax_credit,
    "dependent-standard-deduction": dependent_standard_deduction,
    "tax-bracket": tax_bracket,
    "tax-bracket-on-wages": tax_bracket_on_wages,
    "capital-gains-rate": capital_gains_rate,
    "balance-due": balance_due,
}


def main():
    if not (DATA / "us_tax_facts.jsonl").exists():
        print("skipped: the fact tables in ../shared/data are absent")
        return 0
    check, facts, faults, examples = "--check" in sys.argv[1:], Facts(), 0, 0
    for path in sorted(FILES.glob("*.toml")):
        if path.stem not in CALCULATORS:
            print(f"{path.stem}: no second calculation")
            faults += 1
            continue
        for example in tomllib.loads(path.read_text()).get("examples", []):
            examples += 1
            expected = CALCULATORS[path.stem](facts, example["tax_year"], example["inputs"])
            same = str(example["result"]).lstrip("-").isdigit() and D(example["result"]) == expected
            faults += not same
            if not check or not same:
                mark = "" if same else f"  but the file says {example['result']}"
                print(f"{path.stem} {example['tax_year']} {example['inputs']}: {expected}{mark}")
    print(f"{examples} examples, {faults} differences")
    return 1 if check and faults else 0


if __name__ == "__main__":
    sys.exit(main())
