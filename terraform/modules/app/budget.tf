# The budget is for the whole account, because a filter by tag matches nothing until the tag is activated for billing.
# Without an address there is no budget, because nobody would get the mail.
resource "aws_budgets_budget" "this" {
  for_each = var.features.budget && var.budget.email != "" ? { this = var.budget } : {}

  name         = "rez-agent-${var.stage}"
  budget_type  = "COST"
  limit_amount = tostring(each.value.usd)
  limit_unit   = "USD"
  time_unit    = "MONTHLY"

  dynamic "notification" {
    for_each = { ACTUAL = 80, FORECASTED = 100 }

    content {
      notification_type          = notification.key
      comparison_operator        = "GREATER_THAN"
      threshold                  = notification.value
      threshold_type             = "PERCENTAGE"
      subscriber_email_addresses = [each.value.email]
    }
  }
}
