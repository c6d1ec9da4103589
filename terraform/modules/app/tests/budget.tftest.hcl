mock_provider "aws" {
  source = "./tests/mocks"
}

run "has_a_budget_with_an_address" {
  command = plan

  variables {
    budget = { email = "bill@example.org" }
  }

  assert {
    condition = (
      aws_budgets_budget.this["this"].limit_amount == "10"
      && aws_budgets_budget.this["this"].limit_unit == "USD"
      && aws_budgets_budget.this["this"].time_unit == "MONTHLY"
      && length(aws_budgets_budget.this["this"].cost_filter) == 0
    )
    error_message = "the budget must be 10 dollars per month for the whole account"
  }

  assert {
    condition = { for one in aws_budgets_budget.this["this"].notification : one.notification_type => [one.threshold, one.threshold_type, one.subscriber_email_addresses] } == {
      ACTUAL     = [80, "PERCENTAGE", toset(["bill@example.org"])]
      FORECASTED = [100, "PERCENTAGE", toset(["bill@example.org"])]
    }
    error_message = "the budget must notify at 80 percent, and when the forecast exceeds 100 percent"
  }
}

run "has_no_budget_without_an_address" {
  command = plan

  assert {
    condition     = length(aws_budgets_budget.this) == 0
    error_message = "without an address there must be no budget"
  }
}
