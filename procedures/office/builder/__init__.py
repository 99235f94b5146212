"""The form builder: pages and questions as an outline, rules by choosing, a preview as citizens see it, samples."""
