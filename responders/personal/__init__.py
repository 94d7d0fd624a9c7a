"""Personal requests 个人信息请求: taken from the public, answered by the office, carried out, forgotten in time."""
